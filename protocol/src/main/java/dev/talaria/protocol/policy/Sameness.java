package dev.talaria.protocol.policy;

import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of a line what differs from run to run, from host to host and from task to task. Every repetition of a
 * group is bounded, because each costs a frame of the stack; the line itself is bounded by the caller.
 */
final class Sameness {
  private static final Pattern URL =
      Pattern.compile("\\b[a-z][a-z0-9+]{1,20}://[^\\s\"'`<>)\\]}]+");
  private static final Pattern GIT_REMOTE = Pattern.compile("\\bgit@[\\w.-]+:[\\w./-]+");
  private static final Pattern TIME = Pattern.compile(
      "\\b\\d{4}[-/]\\d{2}[-/]\\d{2}(?:[t ]\\d{2}:\\d{2}(?::\\d{2})?(?:[.,]\\d{1,9})?(?: ?z|[ ]?[+-]\\d{2}:?\\d{2})?)?(?!\\d)"
          + "|\\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) {1,2}\\d{1,2},? (?:\\d{4} )?\\d{2}:\\d{2}(?::\\d{2})?"
          + "|\\b\\d{1,2}/(?:\\d{1,2}|[a-z]{3})/\\d{4}(?:[: ]\\d{2}:\\d{2}:\\d{2}(?: [+-]\\d{4})?)?"
          + "|\\b\\d{1,2}:\\d{2}:\\d{2}(?:[.,]\\d{1,9})?\\b");
  private static final Pattern DURATION = Pattern.compile(
      "\\b(?:\\d+(?:\\.\\d+)?(?:ns|us|µs|ms|s|m|h|d)){1,6}\\b"
          + "|\\b\\d+(?:\\.\\d+)? ?(?:nanoseconds?|microseconds?|milliseconds?|millis|msecs?|seconds?|secs?|minutes?|mins?|hours?|days?)\\b");
  private static final Pattern UUID =
      Pattern.compile("\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b");
  private static final Pattern TASK = Pattern.compile(
      "(?<![\\w/.-])(?:[a-z0-9][\\w.-]{0,62}/[\\w-]{1,64}#)?\\bt_[0-9a-f]{4,40}\\b(?:#\\d+)?");
  private static final Pattern QUOTED_PATH =
      Pattern.compile("([\"'`])(?:~?/|\\.{1,2}/|[a-z]:\\\\)[^\"'`]{0,400}\\1(?:, line \\d+)?");
  private static final Pattern PATH = Pattern.compile(
      "(?:(?<![\\w/.<>])(?:~|\\.{1,2})?(?:/[\\w.@+~%,=-]+){1,40}/?|(?<![\\w/])[a-z]:\\\\[\\w.@+~%,=\\\\-]+)"
          + "(?::\\d+){0,2}(?:, line \\d+)?");
  private static final Pattern PLACE = Pattern.compile(
      "(?<![\\w/.@-])(?!http/)(?:[\\w@.+-]+/){1,40}[\\w@+-]+(?:\\.[\\w@+-]+){1,8}(?::\\d+){0,2}"
          + "|(?<![\\w/.@-])[\\w@+-]+\\.[a-z]{1,4}:\\d+(?::\\d+)?\\b");
  private static final Pattern IP4 = Pattern.compile(
      "\\b\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}(?:/\\d{1,2})?(?::\\d{1,5})?\\b");
  private static final Pattern IP6 = Pattern.compile(
      "(?<![\\w:])\\[?(?=[0-9a-f:]*\\d)(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:%[\\w]{1,20})?(?:]:\\d{1,5}|])?(?![\\w:])");
  private static final Pattern DOMAIN =
      Pattern.compile("(?<![\\w.@/-])(?:[a-z0-9][a-z0-9-]{0,62}\\.){1,8}"
          + "(?:com|org|net|io|dev|ai|app|cloud|co|de|fr|uk|us|eu|info|local|localdomain|internal|intern|lan|home|corp|svc|test|example|invalid)"
          + "(?::\\d{1,5})?(?!\\.?[\\w-])");
  private static final Pattern LOCALHOST = Pattern.compile("\\blocalhost(?::\\d{1,5})?\\b");
  private static final Pattern HOST_AND_PORT = Pattern.compile(
      "(?<![\\w.@/:-])(?!(?:error|code|status|line|column|col|exit|errno|port|pid|at|signal|http|limit):)"
          + "[a-z][a-z0-9.-]{0,80}:\\d{2,5}\\b");
  private static final Pattern NAMED_HOST = Pattern.compile(
      "\\b(host|hostname|lookup|server|node|broker|machine|worker)([:= ]{1,2}['\"]?)(?=[\\w-]*[\\d.-])[a-z0-9][\\w.-]{0,80}");
  private static final Pattern ADDRESS = Pattern.compile("\\b0x[0-9a-f]+\\b");
  private static final Pattern HEX = Pattern.compile(
      "\\b(?=[a-f]{0,40}\\d)[0-9a-f]{7,}(?:-(?=[a-z]{0,12}\\d)[0-9a-z]{4,12}){0,12}\\b");
  private static final Pattern PREFIXED_ID = Pattern.compile(
      "\\b(?:org|req|request|run|msg|job|user|usr|proj|sess|session|thread|task|acct|cus|key|pod|trace|span|resp|call|toolu|chatcmpl)"
          + "[-_](?=[a-z]{0,40}\\d)[a-z0-9]{4,}\\b");
  private static final Pattern LONG_ID =
      Pattern.compile("\\b(?=[a-z_]{0,60}\\d)(?=\\w{0,60}[a-z])[a-z0-9_]{16,}\\b");
  private static final Pattern NUMBER = Pattern.compile("\\d+(?:[.,]\\d+){0,20}");
  private static final int BEFORE_NUMBER = 24;

  /** Before a number that says what went wrong: a status of HTTP, an exit code, an errno, a signal. */
  private static final Pattern STATUS_BEFORE = Pattern.compile(
      "(?:http(?:/\\d(?:\\.\\d)?)?|status|status code|status_code|error|code)[ :=(\\[\"']{1,3}e?$");

  private static final Pattern CODE_BEFORE = Pattern.compile(
      "(?:exit code|exit status|exited with|exit|errno|os error|signal|curl:|error code|returned)[ :=(]{1,2}-?$");
  private static final Pattern STATUS = Pattern.compile("[1-5]\\d\\d");
  private static final Pattern CODE = Pattern.compile("\\d{1,3}");
  private static final Pattern SPACE = Pattern.compile("\\s+");

  private Sameness() {}

  static String of(String line) {
    String s = line.toLowerCase(Locale.ROOT).replace("npm err!", "npm error");
    s = URL.matcher(s).replaceAll("<url>");
    s = GIT_REMOTE.matcher(s).replaceAll("<url>");
    s = TIME.matcher(s).replaceAll("<time>");
    s = TASK.matcher(s).replaceAll("<task>");
    s = UUID.matcher(s).replaceAll("<id>");
    s = IP4.matcher(s).replaceAll("<host>");
    s = DOMAIN.matcher(s).replaceAll("<host>");
    s = QUOTED_PATH.matcher(s).replaceAll("<path>");
    s = PATH.matcher(s).replaceAll("<path>");
    s = PLACE.matcher(s).replaceAll("<path>");
    s = IP6.matcher(s).replaceAll("<host>");
    s = LOCALHOST.matcher(s).replaceAll("<host>");
    s = HOST_AND_PORT.matcher(s).replaceAll("<host>");
    s = NAMED_HOST.matcher(s).replaceAll("$1$2<host>");
    s = DURATION.matcher(s).replaceAll("<duration>");
    s = ADDRESS.matcher(s).replaceAll("<id>");
    s = PREFIXED_ID.matcher(s).replaceAll("<id>");
    s = HEX.matcher(s).replaceAll("<id>");
    s = LONG_ID.matcher(s).replaceAll("<id>");
    s = numbers(s);
    return SPACE.matcher(s).replaceAll(" ").strip();
  }

  private static String numbers(String text) {
    Matcher matcher = NUMBER.matcher(text);
    return matcher.replaceAll(number -> tells(text, number) ? number.group() : "<n>");
  }

  private static boolean tells(String text, MatchResult number) {
    String before = text.substring(Math.max(0, number.start() - BEFORE_NUMBER), number.start());
    return STATUS.matcher(number.group()).matches()
            && STATUS_BEFORE.matcher(before).find()
        || CODE.matcher(number.group()).matches() && CODE_BEFORE.matcher(before).find();
  }
}
