package dev.talaria.cli.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.talaria.board.text.BoardJson;
import java.io.PrintWriter;

/** JSON as hermes prints it: two blanks of indent, nothing escaped that need not be. */
public final class JsonOut {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private JsonOut() {}

  public static String indented(JsonNode node) {
    return BoardJson.indented(node);
  }

  /** Writes an array as {@link #indented} does, value by value. Call {@link #end} after the last. */
  public static final class ArrayOut {
    private final PrintWriter out;
    private boolean begun;

    public ArrayOut(PrintWriter out) {
      this.out = out;
    }

    public void add(JsonNode value) {
      out.print(begun ? ",\n  " : "[\n  ");
      out.print(indented(value).replace("\n", "\n  "));
      begun = true;
    }

    public void end() {
      out.println(begun ? "\n]" : "[]");
    }
  }

  /** One value on one line, for streams. */
  public static String line(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A JSON tree could not be written.", e);
    }
  }
}
