def read(*a, **k):
    return None
