"""Writes Swift shapes, errors and operation tables from the AWS API models that botocore carries."""
