package book

// Limits of what may be asked for. Of the facts the only limit is memory: a table,
// or its part in a partition, holds fewer than 2³² rows and 4 GB of key texts.
const maxWorkers = 1024
