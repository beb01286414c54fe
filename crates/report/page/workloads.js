// workloads
