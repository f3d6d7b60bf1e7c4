"""Stand-ins for the servers we speak to: real servers run on loopback where there are any, strict peers where not."""
