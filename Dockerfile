# texresume with an embedded pdfTeX:          docker build -t texresume .
# with XeTeX and Noto fonts for all scripts:  docker build -t texresume:xetex --target xetex .
# Run in the folder of a project:             docker run --rm -u "$(id -u):$(id -g)" -v "$PWD:/project" texresume build
FROM python:3.12-slim AS wheel
WORKDIR /source
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.12-slim AS base
ENV PYTHONDONTWRITEBYTECODE=1 TEXRESUME_CACHE=/tmp/texresume
COPY constraints.txt /tmp/constraints.txt
COPY --from=wheel /wheels /tmp/wheels
RUN pip install --no-cache-dir --constraint /tmp/constraints.txt --find-links /tmp/wheels "texresume[tex,check]" \
  && rm -r /tmp/wheels /tmp/constraints.txt
WORKDIR /project
ENTRYPOINT ["texresume"]
CMD ["--help"]

FROM base AS xetex
# The packages of Debian move with its releases: they are not pinned.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends \
    texlive-latex-base texlive-latex-recommended texlive-latex-extra texlive-xetex lmodern \
    fontconfig fonts-noto-core fonts-noto-cjk fonts-symbola poppler-utils \
  && rm -rf /var/lib/apt/lists/*
USER 1000:1000

# The last stage is what is built without --target.
FROM base AS slim
USER 1000:1000
