// JSONLogic to ZEN, GoRules' expression language, for the operators that the workload uses.

/** The expression that asks the same: `{"<=": [5, {"var": "sites"}, 9]}` becomes `sites in [5..9]`. */
export function zen(logic) {
  if (Array.isArray(logic)) return `[${logic.map(zen).join(", ")}]`;
  if (logic === null || typeof logic !== "object") return JSON.stringify(logic);
  const [[operator, parts]] = Object.entries(logic);
  switch (operator) {
    case "var":
      return parts;
    case "==":
    case ">=":
    case "in":
      return `${zen(parts[0])} ${operator} ${zen(parts[1])}`;
    case "<=":
      return `${zen(parts[1])} in [${zen(parts[0])}..${zen(parts[2])}]`;
    case "and":
    case "or":
      return `(${parts.map(zen).join(` ${operator} `)})`;
    case "!":
      return `not (${zen(parts[0])})`;
    case "if":
      return `((${zen(parts[0])}) ? (${zen(parts[1])}) : (${zen(parts[2])}))`;
    default:
      throw new Error(`“${operator}” has no translation`);
  }
}
