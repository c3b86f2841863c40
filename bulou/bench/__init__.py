"""The benchmarks: ours beside the limit on the same machine in one run. Printed, never asserted."""
