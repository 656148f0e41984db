<?php
// As much of WordPress as deploy/wordpress/related-articles.php calls: posts, options and times in arrays.
const ABSPATH = '/';
const ENT = ENT_QUOTES | ENT_HTML5;

final class WP_Post
{
    public $ID, $post_title, $post_content, $post_status = 'publish', $post_type = 'post', $post_password = '', $post_author = 1;

    public function __construct(int $id, string $title = '', string $content = '')
    {
        $this->ID = $id;
        $this->post_title = $title;
        $this->post_content = $content;
    }
}

$posts = $transients = $filters = $planned = $asked = array();
$now = null;  // the post that is shown

function add_filter($name, $call, $priority = 10, $count = 1) { $GLOBALS['filters'][$name] = $call; }
function add_action($name, $call, $priority = 10, $count = 1) { add_filter($name, $call); }
function apply_filters($name, $value, ...$more) { $call = $GLOBALS['filters'][$name] ?? null; return $call ? $call($value, ...$more) : $value; }
function is_singular($kind) { return $GLOBALS['now'] !== null; }
function is_feed() { return false; }
function doing_filter($name) { return false; }
function post_password_required() { return false; }
function get_the_ID() { return $GLOBALS['now']; }
function get_queried_object_id() { return $GLOBALS['now']; }
function get_post($id) { return $GLOBALS['posts'][$id] ?? null; }
function get_permalink($post) { return 'https://news.example/?p=' . $post->ID . '&x=1'; }
function get_transient($key) { return $GLOBALS['transients'][$key] ?? false; }
function set_transient($key, $value, $seconds) { $GLOBALS['transients'][$key] = $value; }
function delete_transient($key) { unset($GLOBALS['transients'][$key]); }
function esc_html($text) { return htmlspecialchars($text, ENT, 'UTF-8'); }
function esc_attr($text) { return esc_html($text); }
function esc_url($url) { return preg_match('~^https?://~i', $url) ? esc_html($url) : ''; }
function wp_strip_all_tags($text) { return trim(strip_tags(preg_replace('~<(script|style)[^>]*?>.*?</\1>~si', '', $text))); }
function strip_shortcodes($text) { return preg_replace('~\[/?\w+[^\]]*\]~', '', $text); }
function wp_get_post_categories($id, $how) { return array('경제'); }
function get_the_author_meta($field, $user) { return '이가온'; }
function get_bloginfo($field) { return '동해&amp;산업'; }
function get_post_time($format, $gmt, $post) { return '2025-03-01T01:00:00+00:00'; }
function get_post_modified_time($format, $gmt, $post) { return '2025-03-01T02:00:00+00:00'; }
function wp_json_encode($value) { return json_encode($value); }
function wp_schedule_single_event($when, $name, $arguments) { $GLOBALS['planned'][] = array($name, ...$arguments); }
function is_wp_error($answer) { return $answer === null; }
function wp_remote_retrieve_response_code($answer) { return $answer[0]; }
function wp_remote_retrieve_body($answer) { return $answer[1]; }

function wp_remote_request($url, $given)
{
    $GLOBALS['asked'][] = $given['method'] . ' ' . parse_url($url, PHP_URL_PATH);
    $lines = '';
    foreach ($given['headers'] as $name => $value) {
        $lines .= "$name: $value\r\n";
    }
    $http = array('method' => $given['method'], 'header' => $lines, 'content' => $given['body'] ?? '',
                  'timeout' => 60, 'ignore_errors' => true, 'follow_location' => $given['redirection']);
    $body = @file_get_contents($url, false, stream_context_create(array('http' => $http)));
    return $body === false ? null : array((int) explode(' ', $http_response_header[0])[1], $body);
}
