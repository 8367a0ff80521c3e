package dev.talaria.launcher.rundir;

import dev.talaria.protocol.id.RunKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A run key as a directory name and back: {@code alpha/default#t_ab#12} is {@code alpha+default+t_ab+12}. Letters, digits,
 * {@code _ - .} stand for themselves, every other byte is {@code %XX}; so a plus sign only ever separates, and a shell
 * reads the name as one word.
 */
public final class RunDirName {
  private static final int LONGEST_NAME = 255; // of common file systems, in bytes

  private RunDirName() {}

  /** Throws {@link IllegalArgumentException} when the name would be longer than a file system takes. */
  public static String of(RunKey run) {
    String name = String.join(
        "+",
        encode(run.board().host()),
        encode(run.board().slug()),
        encode(run.taskId()),
        Long.toString(run.runId()));
    if (name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "Run '%s' needs a directory name of %d bytes; at most %d are possible."
              .formatted(run, name.length(), LONGEST_NAME));
    }
    return name;
  }

  /** Throws {@link IllegalArgumentException} for a name that {@link #of} does not give. */
  public static RunKey parse(String name) {
    String[] parts = name.split("\\+", -1);
    if (parts.length != 4) {
      throw new IllegalArgumentException(
          "'%s' is not a run directory; expected host+slug+task+run.".formatted(name));
    }
    RunKey run = RunKey.parse(
        decode(parts[0]) + "/" + decode(parts[1]) + "#" + decode(parts[2]) + "#" + parts[3]);
    if (!of(run).equals(name)) {
      throw new IllegalArgumentException(
          "'%s' is not a run directory; '%s' would be.".formatted(name, of(run)));
    }
    return run;
  }

  private static String encode(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = b >= '0' && b <= '9'
          || b >= 'a' && b <= 'z'
          || b >= 'A' && b <= 'Z'
          || b == '_'
          || b == '-'
          || b == '.' && out.length() > 0;
      if (plain) {
        out.append((char) b);
      } else {
        out.append('%').append("%02X".formatted(b & 0xff));
      }
    }
    return out.toString();
  }

  private static String decode(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%' && i + 2 < text.length()) {
        out.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        out.write(c);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(out.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("'%s' is not UTF-8 when decoded.".formatted(text), e);
    }
  }
}
