// <prequal-chat> in JSX, for React and whatever takes the global JSX:
// `import type {} from "prequal/react"`, or "types": ["prequal/react"] in tsconfig.json.
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { ChatAttributes } from "./attributes.js";
import type { ChatElement, ChatEvents } from "./npm.js";

/** React 19 hears an element's events by their names, such as `onprequal:step`. */
type Listeners = { [Name in keyof ChatEvents as `on${Name}`]?: (event: ChatEvents[Name]) => void };

export type ChatProps = DetailedHTMLProps<HTMLAttributes<ChatElement>, ChatElement> &
  ChatAttributes &
  Listeners & {
    /** Before React 19 an element of one's own is not reached by `className`. */
    class?: string;
  };

interface Elements {
  "prequal-chat": ChatProps;
}

declare module "react" {
  namespace JSX {
    interface IntrinsicElements extends Elements {}
  }
}

declare global {
  namespace JSX {
    interface IntrinsicElements extends Elements {}
  }
}
