"""What the rules make of a text, and what may become of a case: plain values in, a judgement out."""
