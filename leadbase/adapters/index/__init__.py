"""The index: a cache of the files and the rules, in the user's cache folder.

store.py    the index, opened and thrown away
schema.py   the tables, and opening a file that holds them
rows.py     putting, replacing and dropping leads
sql.py      a query's tree as a condition
lookup.py   answering: rows, records, counts, names
days.py     which leads have a part in the report of a day
edition.py  what the numbers in an index depend on beside the files
place.py    where the cache of a base is
peek.py     values for completion, without opening a base
vouch.py    a watcher's word that the index is up to date

Nothing is loaded here: completion reads peek.py alone, while a person waits.
"""
