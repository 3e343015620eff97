# A résumé in Chinese: nothing to set, and a name of the file that every system takes.
texresume validate
texresume build
texresume check --template moderncv
