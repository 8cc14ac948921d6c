"""The organisation: its Central Management store, its replicas, its Windows services."""
