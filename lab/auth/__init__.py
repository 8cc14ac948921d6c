"""A throwaway Kerberos realm and Apache fronts that authenticate in front of the Windows double."""
