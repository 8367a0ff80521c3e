package dev.talaria.cli.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** JSON as hermes prints it: two blanks of indent, nothing escaped that need not be. */
public final class JsonOut {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final ObjectWriter INDENTED = MAPPER.writer(printer());

  private JsonOut() {}

  public static String indented(JsonNode node) {
    return write(INDENTED, node);
  }

  /** One value on one line, for streams. */
  public static String line(JsonNode node) {
    return write(MAPPER.writer(), node);
  }

  private static DefaultPrettyPrinter printer() {
    var separators = Separators.createDefaultInstance()
        .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
        .withObjectEmptySeparator("")
        .withArrayEmptySeparator("");
    var indenter = new DefaultIndenter("  ", "\n");
    var printer = new DefaultPrettyPrinter(separators);
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    return printer;
  }

  private static String write(ObjectWriter writer, JsonNode node) {
    try {
      return writer.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A JSON tree could not be written.", e);
    }
  }
}
