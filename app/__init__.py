"""The Cardlight application: pictures read, cards found by the detector, straightened, and saved."""
