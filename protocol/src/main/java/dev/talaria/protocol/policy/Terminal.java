package dev.talaria.protocol.policy;

import java.util.regex.Pattern;

/** Output as it would be read: without colours and cursor movements, and without what a progress bar wrote over. */
final class Terminal {
  private static final Pattern ESCAPES = Pattern.compile(
      "\u001b\\[[0-?]{0,32}[ -/]{0,4}[@-~]|\u001b\\][^\u0007\u001b\n]{0,512}(?:\u0007|\u001b\\\\)|\u001b[@-Z\\\\-_]");
  private static final Pattern LINE_BEGINS_ANEW = Pattern.compile("\u001b\\[(?:2K|1?G)");
  private static final Pattern CONTROLS = Pattern.compile("[\\p{Cntrl}&&[^\n\t]]+");

  private Terminal() {}

  static String plain(String text) {
    String s = LINE_BEGINS_ANEW.matcher(text).replaceAll("\r");
    s = ESCAPES.matcher(s).replaceAll("");
    StringBuilder plain = new StringBuilder(s.length());
    for (String line : s.split("\n", -1)) {
      plain.append(CONTROLS.matcher(lastWritten(line)).replaceAll("")).append('\n');
    }
    return plain.toString();
  }

  private static String lastWritten(String line) {
    String[] writings = line.split("\r+"); // what is empty at the end wrote nothing over
    return writings.length == 0 ? "" : writings[writings.length - 1];
  }
}
