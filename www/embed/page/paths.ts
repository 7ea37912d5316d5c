// Which pages a rule means. No expression of the author's reaches the browser's RegExp.

/** Whether a path is meant by a glob: `*` stands for anything but a slash, `**` for anything. Time grows with
 *  the product of the lengths at most. */
function fits(glob: string, path: string): boolean {
  // The places in the path that the glob so far can end at.
  let ends = new Set([0]);
  for (let at = 0; at < glob.length; at++) {
    const next = new Set<number>();
    if (glob[at] === "*") {
      const any = glob[at + 1] === "*";
      if (any) at++;
      for (const end of ends) {
        for (let place = end; !next.has(place); place++) {
          next.add(place);
          if (place === path.length || (!any && path[place] === "/")) break;
        }
      }
    } else {
      for (const end of ends) if (path[end] === glob[at]) next.add(end + 1);
    }
    ends = next;
  }
  return ends.has(path.length);
}

/** Whether globs, separated by commas or spaces, mean a path. `!` takes out; without one that takes in, the
 *  others are meant. A slash at the end of the path makes no difference. */
export function meant(globs: string | undefined, path: string): boolean {
  const all = (globs ?? "").split(/[\s,]+/).filter(Boolean);
  const has = (glob: string) => [path, path.replace(/\/$/, ""), `${path}/`].some((one) => fits(glob, one));
  const taken = all.filter((glob) => !glob.startsWith("!"));
  return (!taken.length || taken.some(has)) && !all.some((glob) => glob.startsWith("!") && has(glob.slice(1)));
}
