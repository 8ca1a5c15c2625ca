"""The pages: one file each; a page is a paragraph."""
