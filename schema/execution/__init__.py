"""Executing the graph breadth first: each level of a query is resolved for all its parents at once.

planning    an operation becomes selections of steps, once for each document, name and @skip/@include values
steps       how one field of a selection is answered: read off the rows, asked as a question, resolved each
shapes      how a column of answers becomes a column of the response: leaves, objects, abstract types, lists
groups      objects of one type at one place of the query, held as columns
executing   level after level down, then every response object built at once on the way up
"""
