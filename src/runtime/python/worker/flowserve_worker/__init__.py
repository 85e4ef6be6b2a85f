"""The half of FlowServe's Python stages that runs in Python: one process for each replica of a stage."""
