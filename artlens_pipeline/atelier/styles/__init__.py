"""The ways of painting, each truly another rendering of a scene.

Belongs here: brush, dot, facet, block, light. Does not belong here: what is shown (`scenes`), in
which colours (`colouring`), by whom (`painters`).
"""
