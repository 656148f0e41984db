<?php
/**
 * Plugin Name: Related articles
 * Description: Puts the related articles of `recommender serve` under every post, and sends posts there when they are published.
 * Requires PHP: 7.4
 *
 * Copy this file to wp-content/mu-plugins/. In wp-config.php, where the defaults do not fit:
 *
 *     define('RELATED_ARTICLES_SERVICE', 'http://127.0.0.1:8765');  // where the service listens
 *     define('RELATED_ARTICLES_TOKEN', 'rec_...');                  // of an editor; without one nothing is sent
 *
 * The id of an article in the archive is that of its post; see the filter related_articles_id.
 */

defined('ABSPATH') || exit;

const RELATED_ARTICLES_FRESH = 300;   // seconds for which a list is shown without asking again
const RELATED_ARTICLES_KEPT = 86400;  // seconds for which the last list is shown while the service is away
const RELATED_ARTICLES_AWAY = 30;     // seconds without a question after one that was not answered
const RELATED_ARTICLES_LEAST = 0.05;  // score below which nothing is shown, unless it is pinned or the query has a min-score
const RELATED_ARTICLES_TRIES = 12;    // of a post that could not be sent, five minutes apart

add_filter('the_content', 'related_articles_under');
add_action('wp_after_insert_post', 'related_articles_saved', 10, 4);
add_action('after_delete_post', 'related_articles_deleted', 10, 2);
add_action('related_articles_send', 'related_articles_send', 10, 3);
add_action('related_articles_remove', 'related_articles_remove', 10, 2);

// -- the list under a post

function related_articles_under($content) {
    $shown = is_singular('post') && !is_feed() && (int) get_the_ID() === (int) get_queried_object_id();
    $whole = !doing_filter('get_the_excerpt') && !post_password_required();
    return $shown && $whole ? $content . related_articles_html(get_the_ID()) : $content;
}

/** The list as HTML; nothing where there is none. */
function related_articles_html($post_id) {
    $items = '';
    foreach (related_articles_rows($post_id) as $row) {
        $title = esc_html($row['title']);
        $items .= '<li>' . ($row['url'] ? '<a href="' . esc_url($row['url']) . '">' . $title . '</a>' : $title) . '</li>';
    }
    $head = apply_filters('related_articles_heading', '관련 기사');
    return $items === '' ? '' : '<section class="related-articles" aria-label="' . esc_attr($head) . '"><h2>'
        . esc_html($head) . '</h2><ul>' . $items . '</ul></section>';
}

/** Titles and addresses: posts of this site as they are now, others as the archive has them. */
function related_articles_rows($post_id) {
    $rows = array();
    foreach (related_articles_hits($post_id) as $hit) {
        $number = apply_filters('related_articles_post', ctype_digit($hit['id']) ? (int) $hit['id'] : 0, $hit['id']);
        $own = $number > 0 ? get_post($number) : null;
        if ($own === null || $own->post_type !== 'post') {
            $rows[] = $hit;
        } elseif ($own->post_status === 'publish') {
            $rows[] = array('title' => related_articles_plain($own->post_title), 'url' => get_permalink($own));
        }
    }
    return $rows;
}

/** What the service answers, kept for five minutes; the last answer while it is away, and at first nothing. */
function related_articles_hits($post_id) {
    $key = 'related_articles_' . $post_id;
    $kept = get_transient($key);
    $known = is_array($kept) ? $kept['hits'] : array();
    if ((is_array($kept) && $kept['until'] > time()) || get_transient('related_articles_away')) {
        return $known;
    }
    $asked = apply_filters('related_articles_query', array('k' => 5), $post_id);
    $path = related_articles_path($post_id) . '/related?' . http_build_query($asked, '', '&', PHP_QUERY_RFC3986);
    list($status, $answer) = related_articles_ask('GET', $path);
    $least = isset($asked['min-score']) ? 0 : RELATED_ARTICLES_LEAST;
    $hits = $status === 200 ? related_articles_read($answer, $least) : $known;
    $fresh = $status === 200 ? RELATED_ARTICLES_FRESH : RELATED_ARTICLES_AWAY;
    set_transient($key, array('hits' => $hits, 'until' => time() + $fresh), RELATED_ARTICLES_KEPT);
    return $hits;
}

function related_articles_read($answer, $least) {
    $hits = array();
    foreach (isset($answer['results']) && is_array($answer['results']) ? $answer['results'] : array() as $hit) {
        $strong = !empty($hit['pinned']) || (isset($hit['score']) && $hit['score'] >= $least);
        if ($strong && isset($hit['id'], $hit['title']) && is_string($hit['id']) && is_string($hit['title'])) {
            $url = isset($hit['url']) && is_string($hit['url']) ? $hit['url'] : '';
            $hits[] = array('id' => $hit['id'], 'title' => $hit['title'], 'url' => $url);
        }
    }
    return $hits;
}

// -- posts that are published, changed and taken back

function related_articles_saved($post_id, $post, $update, $before) {
    $was = related_articles_is_public($before);
    if (related_articles_is_public($post)) {
        related_articles_send($post_id, !$was, RELATED_ARTICLES_TRIES);
    } elseif ($was) {
        related_articles_remove($post_id, RELATED_ARTICLES_TRIES);
    }
}

function related_articles_deleted($post_id, $post) {
    if (related_articles_is_public($post)) {
        related_articles_remove($post_id, RELATED_ARTICLES_TRIES);
    }
}

function related_articles_is_public($post) {
    return $post instanceof WP_Post && $post->post_type === 'post' && $post->post_status === 'publish'
        && $post->post_password === '';
}

/** Sends a post; one that was taken back before and is published ``again`` is let in again. */
function related_articles_send($post_id, $again, $tries) {
    $post = get_post($post_id);
    if (related_articles_token() === '' || !related_articles_is_public($post)) {
        return;
    }
    $sent = array('records' => array(related_articles_record($post)), 'wait' => false);
    list($status) = related_articles_ask('POST', '/v1/articles', $sent);
    if ($status === 409 && $again) {
        related_articles_ask('POST', related_articles_path($post_id) . '/restore', array('reason' => 'published again'));
        list($status) = related_articles_ask('POST', '/v1/articles', $sent);
    }
    related_articles_later('related_articles_send', $status, array($post_id, $again, $tries - 1));
    delete_transient('related_articles_' . $post_id);
}

function related_articles_remove($post_id, $tries) {
    if (related_articles_token() !== '' && !related_articles_is_public(get_post($post_id))) {
        list($status) = related_articles_ask('DELETE', related_articles_path($post_id) . '?reason=unpublished');
        related_articles_later('related_articles_remove', $status, array($post_id, $tries - 1));
    }
}

/** Tries again where the service was away or busy; says in the log of PHP what it refused. */
function related_articles_later($action, $status, $arguments) {
    if ($status === 200 || ($status === 404 && $action === 'related_articles_remove')) {
        return;
    }
    $passing = $status === 0 || $status === 429 || $status >= 500;
    if ($passing && end($arguments) > 0) {
        wp_schedule_single_event(time() + 300, $action, $arguments);
    } else {
        error_log($action . ': post ' . $arguments[0] . ' was not taken, status ' . $status . '.');
    }
}

function related_articles_record($post) {
    $sections = wp_get_post_categories($post->ID, array('fields' => 'names'));
    $text = preg_replace('~<br\s*/?>|</(?:p|div|h[1-6]|li|blockquote|figcaption)>~i', "\n", strip_shortcodes($post->post_content));
    $texts = array(
        'title' => $post->post_title,
        'body' => $text,
        'author' => get_the_author_meta('display_name', $post->post_author),
        'outlet' => get_bloginfo('name'),
        'section' => is_array($sections) && $sections ? $sections[0] : '',
    );
    return array_map('related_articles_plain', $texts) + array(
        'id' => related_articles_id($post->ID),
        'published' => get_post_time('c', true, $post),
        'updated' => get_post_modified_time('c', true, $post),
        'url' => get_permalink($post),
    );
}

function related_articles_plain($html) {
    return trim(html_entity_decode(wp_strip_all_tags($html), ENT_QUOTES | ENT_HTML5, 'UTF-8'));
}

// -- the service

function related_articles_id($post_id) {
    return (string) apply_filters('related_articles_id', (string) $post_id, $post_id);
}

function related_articles_path($post_id) {
    return '/v1/articles/' . rawurlencode(related_articles_id($post_id));
}

function related_articles_token() {
    return defined('RELATED_ARTICLES_TOKEN') ? RELATED_ARTICLES_TOKEN : '';
}

/** The status and the JSON of an answer; 0 where there is none, and then nobody asks for a while. */
function related_articles_ask($method, $path, $value = null) {
    $service = defined('RELATED_ARTICLES_SERVICE') ? RELATED_ARTICLES_SERVICE : 'http://127.0.0.1:8765';
    $headers = related_articles_token() === '' ? array() : array('Authorization' => 'Bearer ' . related_articles_token());
    $request = array('method' => $method, 'timeout' => $method === 'GET' ? 1 : 5, 'redirection' => 0, 'headers' => $headers);
    if ($value !== null) {
        $request['headers']['Content-Type'] = 'application/json';
        $request['body'] = wp_json_encode($value);
    }
    $answer = wp_remote_request($service . $path, $request);
    if (is_wp_error($answer)) {
        set_transient('related_articles_away', 1, RELATED_ARTICLES_AWAY);
        return array(0, null);
    }
    return array((int) wp_remote_retrieve_response_code($answer), json_decode(wp_remote_retrieve_body($answer), true));
}
