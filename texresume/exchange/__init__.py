"""Other formats: a document out as Word, text, web page or JSON, and data in from other programs.

Takes documents and files of others; gives bytes and data. May import from `pdf`, whose comparison tells
whether a text has every word, and from what stands below.
"""
