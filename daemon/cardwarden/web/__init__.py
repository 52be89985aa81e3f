"""The page: a face beside the command line. It parses, calls actions and shows; it decides nothing."""
