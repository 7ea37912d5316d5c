// As much of a flow's file as forms read (src/flow/model.rs).

export type Option = { id: string; label: string; points?: number; reason?: string; asks?: string };

export type Field = {
  id: string;
  kind: string;
  label: string;
  options?: Option[];
  optional?: boolean;
  personal?: boolean;
  hidden?: boolean;
  min?: number;
  max?: number;
  step?: number;
  unit?: string;
  earliest?: string;
  latest?: string;
  pattern?: string;
  pattern_message?: string;
  max_length?: number;
  placeholder?: string;
  autocomplete?: string;
};

export type Purpose = { id: string; text: string; required?: boolean };

export type Step = {
  id: string;
  say?: string[];
  ask?: string;
  consent?: boolean;
  end?: string;
  branches?: { when: unknown; to: string }[];
  next?: string;
  pick?: string[];
  [key: string]: unknown;
};

export type Flow = {
  id: string;
  locale: string;
  fields: Field[];
  variables?: { id: string }[];
  conversation: { start: string; steps: Step[]; [key: string]: unknown };
  consent?: { purposes: Purpose[]; [key: string]: unknown };
  translations?: { locale: string; texts: Record<string, unknown> }[];
  [key: string]: unknown;
};
