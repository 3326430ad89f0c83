"""The kinds of mistakes, one row each in the table at the end of its module; `table` has them all.

To add a kind, write a generator of changes and add its row. What is special stands before what is general: of two equal
mutants the first one's name is kept.
"""
