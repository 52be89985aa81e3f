"""Makes a book's cards into entries and packed bodies; where there are many, a second process does, too."""
