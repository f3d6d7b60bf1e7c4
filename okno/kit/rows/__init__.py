"""Reading rows of any record by its description: columns, order, cursors, totals, quick search."""
