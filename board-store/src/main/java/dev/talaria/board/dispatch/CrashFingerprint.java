package dev.talaria.board.dispatch;

import dev.talaria.board.text.HermesText;
import java.util.regex.Pattern;

/** What two crashes of one pass must share to count as one systemic failure (contract 4.2). */
final class CrashFingerprint {
  private static final int KEPT = 80;
  private static final Pattern PID =
      Pattern.compile("(?<![\\p{L}\\p{N}_])pid \\d+(?![\\p{L}\\p{N}_])");
  private static final Pattern LONG_NUMBER = Pattern.compile("\\d{10,}");

  private CrashFingerprint() {}

  static String of(String error) {
    String head = HermesText.cap(error, KEPT);
    String known = PID.matcher(head).replaceAll("pid N");
    return HermesText.strip(HermesText.lower(LONG_NUMBER.matcher(known).replaceAll("<TS>")));
  }
}
