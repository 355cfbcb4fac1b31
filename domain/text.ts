/**
 * What no text contains: control characters but tab and line ends, halves of surrogate pairs (they have no canonical form,
 * so could be neither hashed nor stored), U+FFFD (what is left of text in another encoding), what XML and so a docx cannot
 * hold, and the overrides that show a text in another order than it is read.
 */
const forbidden =
  '\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F\\uD800-\\uDFFF\\u202D\\u202E\\uFFFD-\\uFFFF';
/** A text that is not just blanks. */
export const inText = new RegExp(`^(?=[\\s\\S]*\\S)[^${forbidden}]*$`, 'u');
/** A line has no line ends and no other marks of direction either: nobody can show it as something else. */
export const inLine = new RegExp(`^(?=[\\s\\S]*\\S)[^${forbidden}\\t\\n\\r\\u2028-\\u202C\\u2066-\\u2069]*$`, 'u');
