# CI of somebody else's project: the steps of the workflow that `new` writes, in a clean folder.
texresume new project
cd project
sed -i.good 's/startDate: 2021-03/startDate: 2021-19/' data/resume.yaml    # a date that does not exist
red workflow .github/workflows/resume.yml
mv data/resume.yaml.good data/resume.yaml                                  # mended
workflow .github/workflows/resume.yml
rm data/variants/example.yaml                                              # without variants, the whole résumé
workflow .github/workflows/resume.yml
