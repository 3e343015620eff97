# A LaTeX engineer with a template of her own, which extends one of ours, and font files in her project.
texresume templates ledger
texresume validate
texresume build
sed -i.old 's/burgundy/blue/' templates/ledger/template.yaml    # one thing changed
texresume check
