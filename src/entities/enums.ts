/** What a worker is doing. PostgreSQL type `workerstatus`. */
export enum WorkerStatus {
  IDLE = 'IDLE',
  BUSY = 'BUSY',
  PAUSED = 'PAUSED',
  FAILED = 'FAILED',
  TERMINATED = 'TERMINATED',
}

/** Which kind of agent a worker runs. PostgreSQL type `workertype`. */
export enum WorkerType {
  CLAUDE = 'CLAUDE',
  CODEX = 'CODEX',
}

/** How far a job has come. PostgreSQL type `jobstatus`. */
export enum JobStatus {
  SUBMITTED = 'SUBMITTED',
  PENDING = 'PENDING',
  RUNNING = 'RUNNING',
  COMPLETED = 'COMPLETED',
  FAILED = 'FAILED',
  CANCELLED = 'CANCELLED',
}

/** What a user may do. PostgreSQL type `userrole`. */
export enum UserRole {
  ADMIN = 'ADMIN',
  OPERATOR = 'OPERATOR',
}
