"""Documents: templates, print forms and the files made from them."""
