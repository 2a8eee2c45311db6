"""What the painted gallery's pictures show: shapes, things made of them, compositions of things.

Belongs here: outlines and their colour roles. Does not belong here: colours (`palettes`), the way
of painting (`styles`).
"""
