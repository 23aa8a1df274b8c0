"""The functional core: charts, machines, evidence, engine. No input, no output, no clock."""
