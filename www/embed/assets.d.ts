// Styles arrive as one minified text.
declare module "*.css" {
  const text: string;
  export default text;
}
