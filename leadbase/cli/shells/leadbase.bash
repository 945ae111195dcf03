# The rest is the same for every version; the words above were taken from the commands when this was printed.

# Takes the line up to the cursor apart as bash will: `words` without quotes, the last one being completed; `quote` is
# what it stands in; `kept` is the part of it that readline leaves alone: up to a character of COMP_WORDBREAKS.
__leadbase_split() {
    local line=${COMP_LINE:0:$COMP_POINT} word='' each place before='' inside=''
    words=() quote='' kept=''
    for ((place = 0; place < ${#line}; place++)); do
        each=${line:place:1}
        if [[ $quote == "'" && $each != "'" ]]; then
            word+=$each
        elif [[ $quote == '"' && $each == '\' && ${line:place+1:1} == [\"\\\$\`] || -z $quote && $each == '\' ]]; then
            word+=${line:$((++place)):1} inside=yes
        elif [[ -n $quote && $each == "$quote" ]]; then
            quote='' kept=$before
        elif [[ -z $quote && ($each == "'" || $each == '"') ]]; then
            before=$kept quote=$each kept=$word inside=yes
        elif [[ -z $quote && ($each == ' ' || $each == $'\t' || $each == $'\n') ]]; then
            [[ -n $word$inside ]] && words+=("$word")
            word='' kept='' inside=''
        else
            if [[ -z $quote && $COMP_WORDBREAKS == *"$each"* ]]; then
                [[ $each == [@$] ]] && kept=$word || kept=$word$each  # readline takes @ and $ into what it replaces
            fi
            word+=$each
        fi
    done
    words+=("$word")
}

# Puts the candidates in `found` into COMPREPLY, written so that the shell reads them as they are and runs none of them.
__leadbase_reply() {
    local each sign typed=${word#"$kept"} specials=$' \t\'"\\$`!*?[]{}()<>|&;#~^'
    [[ $quote == "'" ]] && specials="'"
    [[ $quote == '"' ]] && specials='"\$`!'
    for each in ${found[@]+"${found[@]}"}; do
        [[ $each == "$kept"* ]] || continue
        each=${each#"$kept"}
        [[ $each == *["$specials"]* ]] && __leadbase_escape
        COMPREPLY+=("$each")
    done
    if ((${#COMPREPLY[@]} == 1)); then
        # readline closes the quote behind the only candidate, unless one stands there already as a part of it
        [[ -n $quote && ${COMPREPLY[0]} == *"$quote" ]] && COMPREPLY[0]+=$quote
        [[ ${COMPREPLY[0]} == *[:=] ]] || return
        type compopt &>/dev/null && compopt -o nospace
        # with another beside it, the quote stays open for the value
        [[ -n $quote ]] && COMPREPLY+=("${COMPREPLY[0]}...")
    elif [[ $kind == lead && ${#COMPREPLY[@]} -gt 1 && -n $typed && ${COMPREPLY[0]} != "$typed"* ]]; then
        # names that have it in the middle: with nothing in common, they are listed and the word stays as it is
        COMPREPLY+=(' ')
    fi
}

__leadbase_escape() {
    local rest=$each
    each=''
    while [[ -n $rest ]]; do
        sign=${rest:0:1} rest=${rest:1}
        if [[ $specials != *"$sign"* ]]; then each+=$sign
        elif [[ $quote == "'" ]]; then each+="'\\''"
        elif [[ $quote == '"' && $sign == '!' ]]; then each+="\"'!'\""
        else each+="\\$sign"; fi
    done
}

__leadbase_find() {
    local each head=$1 typed=$2
    if [[ $kind == +* ]]; then
        kind=${kind#+}
        [[ $typed == *,* ]] && head+=${typed%,*}, typed=${typed##*,}
    fi
    if [[ $kind == query && $typed != *[!a-z-]* ]]; then
        [[ $typed == -* ]] && head+=- typed=${typed#-}
        kind="=$__leadbase_fields"
    fi
    case $kind in
        '') ;;
        '='*) for each in ${kind#=}; do [[ $each == "$typed"* ]] && found+=("$head$each"); done ;;
        file) type compopt &>/dev/null && compopt -o default ;;
        folder) type compopt &>/dev/null && compopt -o dirnames ;;
        *) while IFS= read -r each; do found+=("$head$each"); done < <(
            "${__leadbase_program[@]}" --complete "$kind" "$base" "$typed" "$__leadbase_table" 2>/dev/null </dev/null) ;;
    esac
}

__leadbase_pairs() {
    local place
    for ((place = 0; place < ${#reply[@]}; place += 2)); do
        [[ ${reply[place]} == "$word"* ]] && found+=("${reply[place]}")
    done
}

__leadbase_complete() {
    local IFS=$' \t\n' REPLY reply words quote kept word command='' base='' option='' kind='' found=() place ends=''
    COMPREPLY=()
    __leadbase_split
    for ((place = 1; place < ${#words[@]} - 1; place++)); do
        word=${words[place]}
        if [[ -n $option ]]; then
            [[ $option == --base ]] && base=$word
            option=''
        elif [[ -z $ends && $word == -- ]]; then ends=yes
        elif [[ -z $ends && $word == --base=* ]]; then base=${word#*=}
        elif [[ -z $ends && $word == -* ]]; then
            __leadbase_takes "$command" "$word" && option=$word
        elif [[ -z $command ]]; then command=$word
        fi
    done
    word=${words[${#words[@]} - 1]}
    __leadbase_argument "$command"
    if [[ -n $option ]]; then
        __leadbase_takes "$command" "$option"
        kind=$REPLY; __leadbase_find '' "$word"
    elif [[ -z $ends && $word == --*=* ]]; then
        __leadbase_takes "$command" "${word%%=*}"
        kind=$REPLY; __leadbase_find "${word%%=*}=" "${word#*=}"
    elif [[ -z $ends && $word == -* && ($REPLY != query || $word != -[!-]*) ]]; then
        __leadbase_options "$command"; __leadbase_pairs
    elif [[ -z $command ]]; then
        reply=("${__leadbase_commands[@]}"); __leadbase_pairs
    else
        kind=$REPLY; __leadbase_find '' "$word"
    fi
    __leadbase_reply
}

complete -F __leadbase_complete leadbase
