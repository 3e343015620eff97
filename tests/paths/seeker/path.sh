# A job seeker on a bare machine, without TeX: from nothing to a page that she sends.
texresume new my-resume
cd my-resume
texresume build                                # the sample, to see what it looks like
cp ../cv.yaml data/resume.yaml                 # her own in its place
texresume validate
texresume build
texresume check --variant example              # the variant that came with the sample
