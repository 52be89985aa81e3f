"""What is asked of the store, for every face: dataclasses in, dataclasses out.

A face begins one reading (`program.store.read()`) and asks all that belongs together within it, so that it sees one state.
"""
