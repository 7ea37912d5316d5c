// <prequal-chat> in JSX. Each expected error is one that must be told.
import { useRef } from "react";
import type { ChatElement } from "prequal";
import type {} from "prequal/react";

export function Contact() {
  const widget = useRef<ChatElement>(null);
  return (
    <>
      <prequal-chat
        ref={widget}
        class="chat"
        flow="/prequal.json"
        mode="inline"
        stacking={40}
        onprequal:step={(event) => console.log(event.detail.step, event.detail.kind)}
      >
        <form action="/contact" method="post" />
      </prequal-chat>
      {/* @ts-expect-error There is no such mode. */}
      <prequal-chat mode="bubbles" />
      {/* @ts-expect-error There is no such attribute. */}
      <prequal-chat flaw="/prequal.json" />
      {/* @ts-expect-error A stage is told with its event alone. */}
      <prequal-chat onprequal:step={(event) => event.detail.stage} />
      <button onClick={() => void widget.current?.open()}>Ask us</button>
    </>
  );
}
