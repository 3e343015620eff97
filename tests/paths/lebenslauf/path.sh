# A German Lebenslauf, with photo, birth date and signature.
texresume validate
texresume build
texresume check --option style=banking --name lebenslauf-banking
