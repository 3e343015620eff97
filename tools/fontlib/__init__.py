"""What tools/vendor_fonts.py is made of: Type 1 fonts, TeX metrics, our encodings, letters put together."""
