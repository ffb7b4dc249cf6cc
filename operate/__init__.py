"""What a person does to a deployment besides applying it."""
