package dev.talaria.cli.text;

/** Text of a board as it may be shown: what a task says must not steer the terminal, and columns must stay aligned. */
public final class Printable {
  private static final String CUT = "…";
  private static final int LONGEST_MESSAGE = 2_000;

  private Printable() {}

  /** One line: line ends and tabs become blanks, other control characters a visible mark. */
  public static String line(String text) {
    return visible(text, false);
  }

  /** As it is, but for control characters other than line ends and tabs. */
  public static String block(String text) {
    return visible(text, true);
  }

  /** A message with a value of the user's in it, which may be a million characters long. */
  public static String message(String text) {
    boolean fits = text.codePointCount(0, text.length()) <= LONGEST_MESSAGE;
    return block(
        fits ? text : text.substring(0, text.offsetByCodePoints(0, LONGEST_MESSAGE)) + CUT);
  }

  private static String visible(String text, boolean lines) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints().forEach(c -> {
      boolean layout = c == '\n' || c == '\t' || c == '\r';
      if (layout) {
        shown.appendCodePoint(!lines || c == '\r' ? ' ' : c);
      } else if (Character.isISOControl(c)
          || Character.getType(c) == Character.FORMAT && steers(c)) {
        shown.append('\uFFFD');
      } else {
        shown.appendCodePoint(c);
      }
    });
    return shown.toString();
  }

  /** Marks that reverse the direction of what follows; joiners within emoji are left alone. */
  private static boolean steers(int c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  }

  /** Columns that the text takes on a terminal. */
  public static int width(String text) {
    return text.codePoints().map(Printable::columns).sum();
  }

  /** The text within so many columns, its end marked when something was cut. */
  public static String cut(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    StringBuilder kept = new StringBuilder();
    int used = 1;
    for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
      int c = text.codePointAt(i);
      used += columns(c);
      if (used > columns) {
        break;
      }
      kept.appendCodePoint(c);
    }
    return kept.append(CUT).toString();
  }

  private static int columns(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    return isWide(c) ? 2 : 1;
  }

  private static boolean isWide(int c) {
    return (c >= 0x1100 && c <= 0x115F)
        || (c >= 0x2E80 && c <= 0xA4CF)
        || (c >= 0xAC00 && c <= 0xD7A3)
        || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0xFE30 && c <= 0xFE6F)
        || (c >= 0xFF00 && c <= 0xFF60)
        || (c >= 0x1F300 && c <= 0x1FAFF)
        || (c >= 0x20000 && c <= 0x3FFFD);
  }
}
