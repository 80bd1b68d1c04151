"""The console's room of batches, workflows and schedules: how they stand, and what people decide on them."""
