/** Status of a worker. PostgreSQL type `workerstatus`. */
export enum WorkerStatus {
  IDLE = 'IDLE',
  BUSY = 'BUSY',
  PAUSED = 'PAUSED',
  FAILED = 'FAILED',
  TERMINATED = 'TERMINATED',
}

/** Kind of agent of a worker. PostgreSQL type `workertype`. */
export enum WorkerType {
  CLAUDE = 'CLAUDE',
  CODEX = 'CODEX',
}

/** Status of a job. PostgreSQL type `jobstatus`. */
export enum JobStatus {
  SUBMITTED = 'SUBMITTED',
  PENDING = 'PENDING',
  RUNNING = 'RUNNING',
  COMPLETED = 'COMPLETED',
  FAILED = 'FAILED',
  CANCELLED = 'CANCELLED',
}

/** Role of a user. PostgreSQL type `userrole`. */
export enum UserRole {
  ADMIN = 'ADMIN',
  OPERATOR = 'OPERATOR',
}
