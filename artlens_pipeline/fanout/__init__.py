"""Where the shards of an asset are made: in this process, or by actors of a Ray cluster.

Belongs here: saying what is to be made in plain picklable words, and getting it made elsewhere.
Does not belong here: how a shard is made (`assets`), worker processes of a machine (`resources`).
"""
