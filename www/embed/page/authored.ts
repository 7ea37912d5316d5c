// What the scripts of the page need to know of the flow: ids, what is personal, and what a lead needs a yes to.
import type { Inside } from "../inside.js";

export type Authored = {
  id: string;
  version: string;
  fields: { id: string; personal?: boolean }[];
  /** Ids. */
  steps: string[];
  purposes: { id: string; required?: boolean }[];
};

/** Of a flow that was fetched. */
export function authored({ talk }: Inside): Authored {
  try {
    const { id, version, fields, conversation, consent } = JSON.parse(new TextDecoder().decode(talk?.bytes));
    return { id, version, fields, steps: conversation.steps.map((step: { id: string }) => step.id), purposes: consent?.purposes ?? [] };
  } catch {
    // The engine says what is wrong with it.
    return { id: "", version: "", fields: [], steps: [], purposes: [] };
  }
}
