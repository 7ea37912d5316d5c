// <prequal-chat> in Vue's templates: `import type {} from "prequal/vue"`, or "types": ["prequal/vue"] in
// tsconfig.json. The compiler must know the element: isCustomElement: (tag) => tag === "prequal-chat".
import type { HTMLAttributes, PublicProps } from "vue";
import type { ChatAttributes } from "./attributes.js";
import type { ChatElement, ChatEvents } from "./npm.js";

/** `@prequal:step` and so on. */
type Listeners = { [Name in keyof ChatEvents as `on${Capitalize<Name>}`]?: (event: ChatEvents[Name]) => void };

export type ChatProps = HTMLAttributes & ChatAttributes & Listeners & PublicProps;

declare module "vue" {
  interface GlobalComponents {
    "prequal-chat": new () => ChatElement & { $props: ChatProps };
  }
}
