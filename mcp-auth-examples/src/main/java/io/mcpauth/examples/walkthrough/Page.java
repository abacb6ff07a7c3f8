package io.mcpauth.examples.walkthrough;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A page of the embedded authorization server as a browser without a screen reads it. Knows the
 * HTML of those pages only.
 */
record Page(String html) {
  private static final Pattern FORM =
      Pattern.compile(
          "<form id=\"([^\"]+)\" method=\"post\" action=\"([^\"]*)\">(.*?)</form>", Pattern.DOTALL);
  private static final Pattern HIDDEN =
      Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");

  private static final Pattern CONNECTION =
      Pattern.compile("<button name=\"grant\" value=\"([^\"]*)\">");

  private static final Pattern CODE = Pattern.compile("<code>([^<]*)</code>");

  /**
   * A form.
   *
   * @param action where it is sent
   * @param fields the hidden fields, encoded to be sent and in order; a name may come twice
   */
  record Form(String action, List<Map.Entry<String, String>> fields) {
    @Override
    public String toString() {
      return "Form[action=" + action + "]";
    }
  }

  /** The form with this id. */
  Form form(String id) {
    Matcher matcher = FORM.matcher(html);
    while (matcher.find()) {
      if (matcher.group(1).equals(id)) {
        return new Form(unescaped(matcher.group(2)), hidden(matcher.group(3)));
      }
    }
    throw new WrongAnswerException("the page", "a form '" + id + "'", "a page without it");
  }

  /** The scopes of the list with this id; none where there is no such list. */
  List<String> scopes(String list) {
    Matcher found =
        Pattern.compile("<ul id=\"" + list + "\"[^>]*>(.*?)</ul>", Pattern.DOTALL).matcher(html);
    return found.find()
        ? CODE.matcher(found.group(1)).results().map(code -> unescaped(code.group(1))).toList()
        : List.of();
  }

  /** What a page of connected applications calls the connection of a client. */
  String connection(String clientId) {
    for (String section : html.split("<section ", -1)) {
      Matcher button = CONNECTION.matcher(section);
      if (section.contains("<code>" + clientId + "</code>") && button.find()) {
        return unescaped(button.group(1));
      }
    }
    throw new WrongAnswerException("the page", "the client", "a page without it");
  }

  /** Hidden fields by name, to be elided where their name says so. */
  Map<String, String> secrets() {
    Map<String, String> secrets = new LinkedHashMap<>();
    hidden(html).forEach(field -> secrets.put(field.getKey(), field.getValue()));
    return secrets;
  }

  /** What a person sees, a line for each paragraph. */
  List<String> words() {
    int start = html.indexOf("<main>");
    int end = html.indexOf("</main>");
    String main = start < 0 || end < start ? html : html.substring(start, end);
    main = main.replaceAll("\\s+", " ");
    String text =
        main.replaceAll("<input type=\"hidden\"[^>]*>", "")
            .replaceAll("<input [^>]*>", "[______]")
            .replaceAll("<button[^>]*>([^<]*)</button>", "[$1]")
            .replaceAll("<li>", "- ")
            .replaceAll("</(h1|h2|p|li|label|summary)>|<form[^>]*>", "\n")
            .replaceAll("<[^>]*>", "");
    return unescaped(text).lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  private static List<Map.Entry<String, String>> hidden(String html) {
    return HIDDEN
        .matcher(html)
        .results()
        .map(found -> Map.entry(unescaped(found.group(1)), unescaped(found.group(2))))
        .collect(Collectors.toList());
  }

  private static String unescaped(String text) {
    return text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
  }

  /** Holds the form token. */
  @Override
  public String toString() {
    return "Page";
  }
}
