"""What the tables give for each claim: one module a subject, one function a claim."""
